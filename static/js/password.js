// A button beside each password that shows and hides it.
const addButton = input => {
  const words = input.dataset;
  const button = document.createElement("button");
  const rest = document.createElement("span");
  button.type = "button";
  button.className = "button quiet";
  rest.className = "vh";
  rest.textContent = " " + words.what;
  button.append(words.show, rest);
  button.onclick = () => {
    const show = input.type === "password";
    input.type = show ? "text" : "password";
    button.firstChild.data = show ? words.hide : words.show;
  };
  input.form.addEventListener("submit", () => {
    input.type = "password";
  });
  input.after(button);
  input.parentNode.classList.add("has-toggle");
};

document.querySelectorAll("[type=password]").forEach(addButton);
