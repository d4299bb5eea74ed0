import { expect } from "@playwright/test";

/** What Ctrl+V brings: the clipboard as any other program sees it. */
export async function paste(context) {
  const page = await context.newPage();
  await page.setContent("<textarea autofocus></textarea>");
  await page.locator("textarea").focus();
  await page.keyboard.press("Control+V");
  await expect(page.locator("textarea")).not.toHaveValue("");
  const text = await page.locator("textarea").inputValue();
  await page.close();
  return text;
}
