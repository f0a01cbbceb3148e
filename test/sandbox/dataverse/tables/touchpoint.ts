import { choice, owner, partyList, platformColumns, primaryKey, text } from '../columns';
import type { Table } from '../model';
import { activityColumns } from './activityColumns';
import { activeKey, defineTable } from './defineTable';

const NAME = 'contoso_touchpoint';

/** A custom activity of another publisher, with a key on the event that makes writes idempotent (contract 2.6). */
export const touchpoint = (): Table =>
	defineTable({
		name: NAME,
		schemaName: 'contoso_Touchpoint',
		set: 'contoso_touchpoints',
		label: 'Touchpoint',
		plural: 'Touchpoints',
		primaryId: 'activityid',
		primaryName: 'subject',
		activity: true,
		columns: [
			primaryKey('activityid', 'Activity'),
			text('subject', 'Subject', 200, { schemaName: 'Subject', required: 'ApplicationRequired' }),
			...activityColumns(NAME),
			partyList('from', 'From'),
			partyList('to', 'To'),
			text('contoso_eventid', 'Event Id', 100),
			choice('contoso_medium', 'Medium', ['Email', 'Text Message', 'Push'], 727_000_000),
			owner(NAME),
			...platformColumns(NAME),
		],
		keys: [activeKey('contoso_EventId', ['contoso_eventid'])],
	});
