export const HTML_NAMESPACE = "http://www.w3.org/1999/xhtml";

/** By their number in the protocol: HTML, SVG, MathML. */
export const NAMESPACES = [HTML_NAMESPACE, "http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML"];
