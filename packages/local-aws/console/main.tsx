import { render } from "preact";
import { App } from "./app.tsx";
import "uplot/dist/uPlot.min.css";
import "./style/base.css";
import "./style/parts.css";
import "./style/map.css";
import "./style/journey.css";

const root = document.getElementById("app");
if (root) render(<App />, root);
