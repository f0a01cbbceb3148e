import {
	READ_ONLY,
	REQUIRED,
	checkbox,
	defineObject,
	field,
	longText,
	lookup,
	text,
	whole,
} from '../fields';
import type { ObjectType } from '../model';

const bytesOf = (body: unknown): number => Buffer.from(String(body ?? ''), 'base64').length;

/** What holds binary content: base64 in JSON, and no place for it in CSV (2.1). */
export const files = (): ObjectType[] => [
	defineObject({
		name: 'Attachment',
		label: 'Attachment',
		labelPlural: 'Attachments',
		keyPrefix: '00P',
		own: [
			lookup('ParentId', 'Parent ID', ['Account', 'Campaign', 'Case', 'Contact', 'Lead'], {
				...REQUIRED,
				updateable: false,
			}),
			text('Name', 'File Name', 255, REQUIRED),
			checkbox('IsPrivate', 'Private'),
			text('ContentType', 'Content Type', 120),
			field('base64', 'Body', 'Body', { ...REQUIRED, filterable: false }),
			{
				...whole('BodyLength', 'Body Length'),
				...READ_ONLY,
				compute: ({ Body }) => bytesOf(Body),
			},
			longText('Description', 'Description', 500),
		],
	}),
];
