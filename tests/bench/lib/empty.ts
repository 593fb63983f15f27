/** In the place of Node's modules in a browser's bundle. */
export {}
