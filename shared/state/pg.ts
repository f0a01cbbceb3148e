/** The parts of the Postgres client in use. The build replaces this file by a self-contained bundle, so it imports nothing else. */
export { Pool } from 'pg';
export type { PoolClient, PoolConfig } from 'pg';
export { from as copyFrom, to as copyTo } from 'pg-copy-streams';
