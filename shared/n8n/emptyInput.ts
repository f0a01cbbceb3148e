import type { INodeExecutionData } from 'n8n-workflow';

/** What a source with Always Output Data hands out when it found nothing (design R9). */
export function isEmptyInput(items: readonly INodeExecutionData[]): boolean {
	return (
		items.length === 1 && Object.keys(items[0].json).length === 0 && items[0]._sync === undefined
	);
}
