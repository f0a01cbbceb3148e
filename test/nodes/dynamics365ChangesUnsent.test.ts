/** design:R12: the cursor moves on, so what was read and not delivered must be read again. */
import { changesNode, useChanges, words } from './changesFixture';
import { confirmNode, runLine, writerNode } from './syncFixture';
import { useDataverse } from '../sandbox/useDataverse';

const { add, name, org, remove, rename } = useChanges();
const other = useDataverse();

/** A writer that only previews answers `notAttempted`, as one that was cancelled does. */
const handedOut = async (action: 'preview' | 'write') => {
	const parameters = { action, key: 'accountid', removedRecords: 'delete' };
	const nodes = [
		changesNode(org, name(), { options: { applyDeletes: true } }),
		writerNode(other, { parameters }),
		confirmNode(),
	];
	return words(await runLine(nodes, [{}]));
};

it('design:R12 a record that was not sent, and was confirmed as that, is handed out again', async () => {
	const [a, b] = add('a b');
	expect(await handedOut('preview')).toEqual(['added a', 'added b']);
	expect(await handedOut('write')).toEqual(['added a', 'added b']);
	expect(await handedOut('write')).toEqual([]);
	await rename(a, 'a2');
	await remove(b);
	expect(await handedOut('preview')).toHaveLength(2);
	expect(await handedOut('write')).toEqual(['changed a2', 'removed']);
	expect(other.rows('account')).toMatchObject([{ name: 'a2' }]);
	expect(await handedOut('write')).toEqual([]);
});
