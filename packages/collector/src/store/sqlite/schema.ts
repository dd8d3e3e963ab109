import type { DatabaseSync } from 'node:sqlite'
import { PortolanError } from '@portolan/core'
import type { OnDamaged } from '../damage.ts'
import { withRepair } from './repair.ts'

/** Marks the file as ours: `port` in ASCII. */
const APPLICATION_ID = 0x70_6f_72_74

const TYPE = `json_extract(body, '$.type')`

/**
 * What lanes are drawn from. SQLite reads it from an index alone where the query has the very expressions of the
 * index; after a change of one, a migration has to make its index anew.
 */
export const DRAWN = {
  isState: `${TYPE} = 'target.state'`,
  isGap: `${TYPE} = 'gap'`,
  isEvent: `${TYPE} = 'cluster.event'`,
  state: `json_extract(body, '$.state', '$.previous', '$.symptom')`,
  placement: `json_extract(body, '$.mappedNode', '$.podNodes', '$.expectedUp')`,
  darkSince: `json_extract(body, '$.darkSince')`,
  darkUntil: `json_extract(body, '$.darkUntil')`,
  symptoms: `json_extract(body, '$.symptoms')`,
  /** What lasts still ends later than any time. */
  endOf: (column: string) => `coalesce(${column}, ${Number.MAX_SAFE_INTEGER})`,
}

/** A move is stored once, and drawn at every port behind which it happened. */
const movesOf = (entry: 'timeline' | 'new') => `SELECT ${entry}.cluster, behind.value AS target, ${entry}.at,
    ${entry}.id AS entry, json_extract(${entry}.body, '$.workload', '$.kind', '$.reason', '$.from', '$.to') AS drawn`
const ALL_MOVES = `${movesOf('timeline')} FROM timeline, json_each(body, '$.targets') AS behind
  WHERE ${TYPE} = 'placement.changed'`

/** One entry a version, applied in order; `user_version` counts them. Entries that were released never change. */
const MIGRATIONS = [
  `CREATE TABLE facts (
     id INTEGER PRIMARY KEY AUTOINCREMENT, cluster TEXT NOT NULL, received_at INTEGER NOT NULL, body TEXT NOT NULL
   ) STRICT;
   CREATE INDEX facts_by_time ON facts (received_at);

   CREATE TABLE timeline (
     id INTEGER PRIMARY KEY AUTOINCREMENT, cluster TEXT NOT NULL, at INTEGER NOT NULL, target TEXT, body TEXT NOT NULL
   ) STRICT;
   CREATE INDEX timeline_by_time ON timeline (at);

   CREATE TABLE incidents (
     cluster TEXT NOT NULL, id TEXT NOT NULL, target TEXT NOT NULL,
     opened_at INTEGER NOT NULL, closed_at INTEGER, body TEXT NOT NULL,
     PRIMARY KEY (cluster, id)
   ) STRICT;
   CREATE INDEX incidents_by_time ON incidents (opened_at);

   CREATE TABLE epochs (
     cluster TEXT NOT NULL, id TEXT NOT NULL, target TEXT NOT NULL,
     started_at INTEGER NOT NULL, ended_at INTEGER, body TEXT NOT NULL,
     PRIMARY KEY (cluster, id)
   ) STRICT;
   CREATE INDEX epochs_by_time ON epochs (started_at);

   CREATE TABLE clusters (cluster TEXT PRIMARY KEY, last_at INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
   CREATE TABLE writer (one INTEGER PRIMARY KEY CHECK (one = 1), body TEXT NOT NULL) STRICT;`,

  `CREATE INDEX states_by_target ON timeline (cluster, target, at) WHERE json_extract(body, '$.type') = 'target.state';`,

  `CREATE TABLE notes (id TEXT PRIMARY KEY, started_at INTEGER NOT NULL, ended_at INTEGER NOT NULL, body TEXT NOT NULL) STRICT;`,

  `ALTER TABLE clusters ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';`,

  `CREATE INDEX drawn_by_time ON timeline (at) WHERE ${TYPE} IN ('target.state', 'placement.changed', 'gap');`,

  `CREATE TABLE streams (
     cluster TEXT NOT NULL, source TEXT NOT NULL, boot TEXT NOT NULL, sequence INTEGER NOT NULL, at INTEGER NOT NULL,
     PRIMARY KEY (cluster, source, boot)
   ) STRICT;`,

  `DROP INDEX states_by_target;
   DROP INDEX drawn_by_time;
   CREATE INDEX drawn_states ON timeline (${TYPE}, cluster, target, at, ${DRAWN.state}) WHERE ${DRAWN.isState};
   CREATE INDEX drawn_moves ON timeline (
     ${TYPE}, at, cluster, json_extract(body, '$.targets', '$.workload', '$.kind', '$.reason', '$.from', '$.to')
   ) WHERE ${TYPE} = 'placement.changed';
   CREATE INDEX drawn_gaps ON timeline (at) WHERE ${DRAWN.isGap};
   CREATE INDEX drawn_outages ON incidents (
     cluster, target, ${DRAWN.endOf('closed_at')}, opened_at, id, closed_at,
     ${DRAWN.darkSince}, ${DRAWN.darkUntil}, ${DRAWN.symptoms}
   );
   CREATE INDEX drawn_epochs ON epochs (
     cluster, target, ${DRAWN.endOf('ended_at')}, started_at, id, ended_at, ${DRAWN.placement}
   );`,

  `CREATE INDEX drawn_events ON timeline (at) WHERE ${DRAWN.isEvent};`,

  `DROP INDEX drawn_moves;
   CREATE TABLE moves (
     cluster TEXT NOT NULL, target TEXT NOT NULL, at INTEGER NOT NULL, entry INTEGER NOT NULL, drawn TEXT NOT NULL,
     PRIMARY KEY (cluster, target, at, entry)
   ) STRICT, WITHOUT ROWID;
   CREATE TRIGGER moves_made AFTER INSERT ON timeline WHEN json_extract(new.body, '$.type') = 'placement.changed' BEGIN
     INSERT OR IGNORE INTO moves ${movesOf('new')} FROM json_each(new.body, '$.targets') AS behind;
   END;
   CREATE TRIGGER moves_gone AFTER DELETE ON timeline WHEN json_extract(old.body, '$.type') = 'placement.changed' BEGIN
     DELETE FROM moves WHERE cluster = old.cluster AND at = old.at AND entry = old.id
       AND target IN (SELECT value FROM json_each(old.body, '$.targets'));
   END;
   INSERT OR IGNORE INTO moves ${ALL_MOVES};`,

  `ALTER TABLE clusters ADD COLUMN portless TEXT NOT NULL DEFAULT '[]';`,

  `CREATE TABLE pages (id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, body TEXT NOT NULL) STRICT;`,
]

/**
 * Brings the file to this version's schema.
 *
 * @throws {PortolanError} store_unusable when the file is another program's database or a newer Portolan's
 */
export function migrate(database: DatabaseSync, path: string, onDamaged: OnDamaged): void {
  const version = checkOwner(database, path)
  if (version === 0) database.exec('PRAGMA auto_vacuum = INCREMENTAL')
  database.exec('PRAGMA journal_mode = WAL')
  for (const [index, migration] of MIGRATIONS.entries()) {
    if (index >= version) withRepair(database, onDamaged, () => apply(database, migration, index + 1))
  }
}

function apply(database: DatabaseSync, migration: string, version: number): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    database.exec(migration)
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${version}; COMMIT`)
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}

/** The version that brought the table of moves. */
const MOVES_SINCE = 9

/** Lets a reader, which may change nothing, ask a store that no writer of this version has opened yet: slowly. */
export function standIn(database: DatabaseSync, version: number): void {
  if (version < MOVES_SINCE) database.exec(`CREATE TEMP VIEW moves AS ${ALL_MOVES}`)
}

/** @returns the version of its schema, 0 for a new file */
export function checkOwner(database: DatabaseSync, path: string): number {
  const version = pragma(database, 'user_version')
  const tables = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get()?.['count']
  if (tables !== 0 && pragma(database, 'application_id') !== APPLICATION_ID) {
    const hint = 'choose another file for the store, or move this one away'
    throw new PortolanError('store_unusable', `${path} is a database of another program`, hint)
  }
  if (version > MIGRATIONS.length) {
    const hint = 'update Portolan, or choose another file for the store'
    throw new PortolanError('store_unusable', `${path} was written by a newer Portolan`, hint)
  }
  const foreign = database.prepare(FOREIGN).get()?.['name']
  if (foreign !== undefined) {
    const hint = 'choose another file for the store, or move this one away'
    throw new PortolanError('store_unusable', `${path} holds ${String(foreign)}, which Portolan did not make`, hint)
  }
  return version
}

/** What runs by itself when a store is read or written, beside what the migrations make. */
const FOREIGN = `SELECT name FROM main.sqlite_schema
  WHERE type = 'view' OR (type = 'trigger' AND name NOT IN ('moves_made', 'moves_gone')) LIMIT 1`

export function pragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name])
}
