/** The design system in one import: tokens, base and components. web/README.md describes it. */
import "./tokens.css";
import "./base.css";

export * from "./button";
export * from "./dialog";
export * from "./form";
export * from "./frame";
export * from "./icon";
export * from "./list";
export * from "./progress";
export * from "./toast";
