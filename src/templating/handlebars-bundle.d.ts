declare module 'handlebars/dist/handlebars.min.js' {
  import handlebars from 'handlebars';

  /** The generated parser, whose place after an error its message does not tell. */
  const withParser: typeof handlebars & {
    readonly Parser: { readonly lexer: { readonly yylloc: { readonly first_column: number } } };
  };
  export default withParser;
}
