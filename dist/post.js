// The post step: a door of index.js.
process.argv[2] = 'post';
await import('./index.js');
