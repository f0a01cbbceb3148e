import type { RowValues } from './model';
import type { Org } from './org';
import { ids } from './org';
import { settle } from './rowDefaults';
import { moment } from './values';

function add(org: Org, name: string, values: RowValues): void {
	const object = org.schema.named(name);
	const now = moment(org.clock.now());
	const system = {
		IsDeleted: false,
		CreatedDate: now,
		CreatedById: ids.user,
		LastModifiedDate: now,
		LastModifiedById: ids.user,
		SystemModstamp: now,
	};
	org.store.create(object, settle(object, { ...system, ...values }), values);
}

/** The users and the queue of a new organisation; their ids are `ids`. */
export function seedPlatform(org: Org): void {
	const user = (FirstName: string, LastName: string, Username: string) =>
		add(org, 'User', {
			FirstName,
			LastName,
			Username,
			Email: Username,
			Alias: FirstName,
			IsActive: true,
		});
	user('Iris', 'Integration', 'integration@crm-sync.example');
	user('Sam', 'Sales', 'sales@crm-sync.example');
	add(org, 'Group', { Name: 'Service Queue', DeveloperName: 'Service_Queue', Type: 'Queue' });
}
