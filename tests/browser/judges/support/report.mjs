// What a judge prints: a table, and a last line. Its exit code says whether it found a fault.

/** Prints rows of cells, the first row being the heads, in columns. */
export function printTable(rows) {
  const texts = rows.map(row => row.map(cell => String(cell)));
  const widths = texts[0].map((_, column) => Math.max(...texts.map(row => row[column].length)));
  for (const row of texts) console.log(row.map((cell, column) => cell.padEnd(widths[column])).join("  ").trimEnd());
}

/** Prints the faults and the last line, and sets the exit code. */
export function finish(judge, looked, faults) {
  for (const fault of faults) console.log(`FAULT ${fault}`);
  console.log(`${judge}: ${looked}, ${faults.length} ${faults.length === 1 ? "fault" : "faults"}`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
