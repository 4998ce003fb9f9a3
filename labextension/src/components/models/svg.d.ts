/** The bundlers of all three hosts give the text of an SVG file. */
declare module '*.svg' {
  const text: string;
  export default text;
}
