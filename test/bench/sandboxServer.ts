/** The Dataverse stand-in in a process of its own, so that its work is not counted as ours: `sandboxServer.js <latency ms>`. */
import { describeDataverse, startDataverse } from '../sandbox/dataverse';

async function main(latencyMs: number): Promise<void> {
	const sandbox = await startDataverse({ latencyMs });
	process.once('disconnect', () => process.exit(0));
	process.send?.(describeDataverse(sandbox));
}

main(Number(process.argv[2])).catch((error: unknown) => {
	console.error(error);
	process.exit(1);
});
