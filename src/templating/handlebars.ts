// The single-file build loads in a third of the time of the package's main entry, which also sets up require() hooks
// and a source-map writer that nobody here uses.
import Handlebars from 'handlebars/dist/handlebars.min.js';

export { Handlebars };
