import { dateTime, lookup, memo, stateColumns, target } from '../columns';
import type { Column } from '../model';

const states = ['Open', 'Completed', 'Canceled', 'Scheduled'];

/** What every activity has beside its subject: description, dates, what it regards, four states (contract 2.6). */
export function activityColumns(table: string): Column[] {
	const [state, status] = stateColumns();
	const regarding = ['contact', 'account', 'lead'].map((each) =>
		target(each, `regardingobjectid_${each}_${table}`, `${each}_${table}s`),
	);
	return [
		memo('description', 'Description', 2000),
		dateTime('actualend', 'Actual End'),
		dateTime('scheduledend', 'Due Date'),
		{ ...lookup('regardingobjectid', 'Regarding', regarding[0]!), targets: regarding },
		{
			...state!,
			label: 'Activity Status',
			options: states.map((label, value) => ({ value, label })),
		},
		{
			...status!,
			options: states.map((label, index) => ({ value: index + 1, label, state: index })),
		},
	];
}
