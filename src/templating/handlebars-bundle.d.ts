declare module 'handlebars/dist/handlebars.min.js' {
  import handlebars from 'handlebars';

  export default handlebars;
}
