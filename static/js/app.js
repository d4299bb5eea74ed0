// The script of all pages. Each module is one behaviour; their listeners are called in the order of these lines.
import "./requests.js";
import "./dialog.js";
import "./menu.js";
import "./expiration.js";
import "./explanation.js";
import "./permissions.js";
import "./message.js";
import "./password.js";
import "./selection.js";
import "./save_bar.js";
import "./appearance.js";
import "./shortcuts.js";
import "./list.js";
import "./trial.js";

htmx.process(document.body);
