import type { INodeProperties } from 'n8n-workflow';

const notice: INodeProperties = {
	displayName:
		'Needed only behind a node that is not from this package, such as HTTP Request: our own writers confirm by themselves. Put it right behind that node, and set that node to continue on error, so that refused records reach this one and come back next time.',
	name: 'notice',
	type: 'notice',
	default: '',
};

export const properties: INodeProperties[] = [notice];
