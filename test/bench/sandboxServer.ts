/** A stand-in in a process of its own, so that its work is not counted as ours: `sandboxServer.js <latency ms> [salesforce]`. */
import { describeDataverse, startDataverse } from '../sandbox/dataverse';
import { describeSalesforce, startSalesforce } from '../sandbox/salesforce';

/** A bulk job is done when it is first looked at: what the system itself takes is not what is measured. */
const AT_ONCE = { bulkPolls: 0 };

const start = async (latencyMs: number, system: string) =>
	system === 'salesforce'
		? describeSalesforce(await startSalesforce({ latencyMs, settings: AT_ONCE }))
		: describeDataverse(await startDataverse({ latencyMs }));

async function main([latencyMs, system = 'dataverse']: string[]): Promise<void> {
	const address = await start(Number(latencyMs), system);
	process.once('disconnect', () => process.exit(0));
	process.send?.(address);
}

main(process.argv.slice(2)).catch((error: unknown) => {
	console.error(error);
	process.exit(1);
});
