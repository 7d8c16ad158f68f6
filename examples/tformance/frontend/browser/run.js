// node run.js SCENARIO URL: plays a scenario against a running application, and prints what it found as JSON.
import { onStage } from "./stage.js";
import * as pages from "./pages.js";
import * as visits from "./scenarios.js";

const scenarios = { ...visits, ...pages };

const [name, app] = process.argv.slice(2);
const play = scenarios[name];
if (!play || !app) {
  console.error(`usage: CHROMIUM=path node run.js SCENARIO URL; scenarios: ${Object.keys(scenarios).join(", ")}`);
  process.exit(2);
}
try {
  console.log(JSON.stringify(await onStage(app, play)));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
