/** The page's script, bundled, as text; see `pageAsText` in esbuild.js. */
declare module '*/client/page.script' {
  const script: string;
  export default script;
}

/** The page's style sheet as text. */
declare module '*/client/page.css' {
  const styles: string;
  export default styles;
}
