/** Loaded into the n8n process first: however its parent ends, even by kill -9, the server ends too. */
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
