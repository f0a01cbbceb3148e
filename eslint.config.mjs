import { n8nCommunityNodesPlugin } from '@n8n/eslint-plugin-community-nodes';
import nodesBase from 'eslint-plugin-n8n-nodes-base';
import tseslint from 'typescript-eslint';

const caps = {
	'max-lines': ['error', { max: 250, skipBlankLines: false, skipComments: false }],
	'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
	'max-params': ['error', 4],
	'max-depth': ['error', 3],
};

const style = {
	'@typescript-eslint/no-explicit-any': 'error',
	'@typescript-eslint/no-non-null-assertion': 'error',
	'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
	'@typescript-eslint/consistent-type-imports': 'error',
	'no-empty': ['error', { allowEmptyCatch: false }],
	'no-restricted-syntax': [
		'error',
		{ selector: 'TSEnumDeclaration', message: 'Use a union of string literals.' },
		{ selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
	],
	eqeqeq: ['error', 'always', { null: 'ignore' }],
};

/** Imports point one way: nodes → shared/n8n → connectors, sources → state → core. */
const layer = (files, forbidden) => ({
	files,
	rules: {
		'no-restricted-imports': [
			'error',
			{ patterns: forbidden.map(([regex, message]) => ({ regex, message })) },
		],
	},
});
const n8n = ['^n8n-(workflow|core)', 'Only nodes, credentials and shared/n8n know n8n.'];
const sdks = [
	'^(@azure/msal-node|jsforce(/.*)?|basic-ftp|@aws-sdk/.*|csv-parse(/.*)?|lodash(/.*)?|pg|pg-copy-streams)$',
	'Each SDK is imported in exactly one file, which exports it.',
];
const io = ['^(node:)?(fs|net|http|https|sqlite|child_process|os)(/.*)?$', 'core does no I/O.'];
const upward = (names) => [`^(\\.\\./)+(${names})(/|$)`, 'Imports point towards core only.'];

export default tseslint.config(
	{ ignores: ['dist/**', 'node_modules/**', '.work/**', 'test/n8n/node_modules/**'] },
	{
		files: ['**/*.ts'],
		extends: [tseslint.configs.base],
		plugins: { 'n8n-nodes-base': nodesBase },
		rules: { ...style, ...caps },
	},
	{
		files: ['nodes/**/*.ts', 'credentials/**/*.ts', 'shared/**/*.ts'],
		extends: [n8nCommunityNodesPlugin.configs.recommendedWithoutN8nCloudSupport],
	},
	{
		files: ['package.json'],
		extends: [n8nCommunityNodesPlugin.configs.recommendedWithoutN8nCloudSupport],
		plugins: { 'n8n-nodes-base': nodesBase },
		languageOptions: {
			parser: tseslint.parser,
			parserOptions: { extraFileExtensions: ['.json'] },
		},
		rules: { ...nodesBase.configs.community.rules },
	},
	{
		files: ['credentials/**/*.ts'],
		rules: {
			...nodesBase.configs.credentials.rules,
			// As n8n's own tool config does: these two contradict its newer rules.
			'n8n-nodes-base/cred-class-field-documentation-url-miscased': 'off',
			'n8n-nodes-base/cred-class-field-type-options-password-missing': 'off',
		},
	},
	{
		files: ['nodes/**/*.ts', 'shared/n8n/*roperties.ts'],
		rules: {
			...nodesBase.configs.nodes.rules,
			// As n8n's own tool config does: these contradict node-connection-type-literal.
			'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
			'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
			'n8n-nodes-base/node-param-type-options-max-value-present': 'off',
			// Users already have n8n's own Dataverse and Salesforce credentials; ours stand beside them.
			'@n8n/community-nodes/no-credential-reuse': 'off',
			'@n8n/community-nodes/valid-credential-references': 'off',
		},
	},
	layer(['shared/core/**/*.ts'], [n8n, sdks, io, upward('n8n|connectors|sources|state|nodes')]),
	layer(['shared/connectors/**/*.ts'], [n8n, sdks, upward('n8n|sources|state|nodes')]),
	layer(['shared/state/**/*.ts'], [n8n, sdks, upward('n8n|connectors|sources|nodes')]),
	layer(
		['shared/sources/**/*.ts'],
		[
			n8n,
			sdks,
			upward('n8n|connectors|nodes'),
			[
				'^\\.\\./state/(?!postgres(Access|Errors|Reading)$)',
				'Sources use the connection to a Postgres database, not the state.',
			],
		],
	),
	layer(['shared/n8n/**/*.ts'], [sdks, upward('nodes')]),
	layer(
		['nodes/**/*.ts'],
		[
			sdks,
			[
				'^\\.\\./\\.\\./shared/(connectors|sources|state)/',
				'Nodes reach connectors, sources and state through shared/n8n.',
			],
			['^\\.\\./(?!\\.\\./)', 'A node never imports another node.'],
		],
	),
	{
		// The one file per SDK that may import it.
		files: [
			'shared/connectors/dynamics365/msal.ts',
			'shared/connectors/salesforce/jsforce.ts',
			'shared/core/path.ts',
			'shared/sources/csvParse.ts',
			'shared/state/pg.ts',
		],
		rules: { 'no-restricted-imports': 'off' },
	},
	{
		files: ['test/**/*.ts'],
		rules: {
			'max-lines-per-function': 'off',
			'@typescript-eslint/no-non-null-assertion': 'off',
		},
	},
);
