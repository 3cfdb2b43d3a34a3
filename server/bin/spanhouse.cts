#!/usr/bin/env node
/**
 * The first file that runs. CommonJS and plain syntax, so that a Node too old for the rest still reads it, and so that
 * what libuv and the engine's allocator read once, when they begin, is set before anything uses them.
 */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const oldEnough = major > 20 || (major === 20 && minor >= 19);

if (oldEnough) {
  // The engine's sessions and the log's fsync each hold a thread while they work: with the usual four, reads would wait.
  process.env['UV_THREADPOOL_SIZE'] ||= '24';
  // Memory that loads and merges have used is given back after 0.3 s instead of five, which is a third of the peak; and
  // no profiler is prepared for that is never asked.
  process.env['JE_MALLOC_CONF'] ||= 'dirty_decay_ms:300,prof:false';
  void import('./main.ts')
    .then(({ main }) => main(process.argv.slice(2)))
    .then((exitCode) => {
      process.exitCode = exitCode;
      // Everything is closed by now; a thread of the engine that does not know must not keep the process.
      setTimeout(() => process.exit(), 1000).unref();
    });
} else {
  console.error('Spanhouse needs Node 20.19 or newer, and this is ' + process.versions.node + '.');
  process.exitCode = 2;
}
