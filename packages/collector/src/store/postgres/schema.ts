/**
 * The schema, one entry a version: entries that were released never change.
 *
 * Texts are compared by their bytes, as SQLite does it. Bodies are texts, not jsonb: that takes neither a NUL nor half a
 * surrogate, which an answer of a service may hold. What queries look for stands in columns of its own. `ends_at` is
 * `closed_at` or `ended_at`, and later than any time for what lasts still.
 */
export const MIGRATIONS: Record<string, string> = {
  '0001-store': `
    CREATE SEQUENCE portolan.fact_id;
    CREATE TABLE portolan.facts (
      id bigint NOT NULL, cluster text COLLATE "C" NOT NULL, received_at bigint NOT NULL, body text NOT NULL
    ) PARTITION BY RANGE (received_at);
    CREATE INDEX ON portolan.facts (id);
    CREATE INDEX ON portolan.facts (received_at, id);
    CREATE INDEX ON portolan.facts (cluster, received_at, id);

    CREATE SEQUENCE portolan.timeline_id;
    CREATE TABLE portolan.timeline (
      id bigint NOT NULL, cluster text COLLATE "C" NOT NULL, at bigint NOT NULL, type text COLLATE "C" NOT NULL,
      target text COLLATE "C", began bigint, set_by double precision, drawn text, body text NOT NULL
    ) PARTITION BY RANGE (at);
    CREATE INDEX ON portolan.timeline (id);
    CREATE INDEX ON portolan.timeline (at, id);
    CREATE INDEX ON portolan.timeline (cluster, at, id);
    CREATE INDEX ON portolan.timeline (target, id);
    CREATE INDEX ON portolan.timeline (cluster, target, at, id) WHERE type = 'target.state';
    CREATE INDEX ON portolan.timeline (at, id) WHERE type = 'cluster.event';
    CREATE INDEX ON portolan.timeline (at, id) WHERE type = 'gap';
    CREATE INDEX ON portolan.timeline (cluster, id) WHERE type = 'gap' AND set_by < 0;

    CREATE TABLE portolan.moves (
      cluster text COLLATE "C" NOT NULL, target text COLLATE "C" NOT NULL, at bigint NOT NULL, entry bigint NOT NULL,
      drawn text NOT NULL, PRIMARY KEY (cluster, target, at, entry)
    ) PARTITION BY RANGE (at);
    CREATE INDEX ON portolan.moves (target, entry);
    CREATE INDEX ON portolan.moves (at, entry);

    CREATE TABLE portolan.incidents (
      cluster text COLLATE "C" NOT NULL, id text COLLATE "C" NOT NULL, target text COLLATE "C" NOT NULL,
      cause text COLLATE "C" NOT NULL, opened_at bigint NOT NULL, closed_at bigint, ends_at bigint NOT NULL,
      dark_since double precision, dark_until double precision, symptoms text NOT NULL, body text NOT NULL,
      PRIMARY KEY (cluster, id)
    );
    CREATE INDEX ON portolan.incidents (opened_at, id);
    CREATE INDEX ON portolan.incidents (opened_at, id) WHERE closed_at IS NULL;
    CREATE INDEX ON portolan.incidents (id);
    CREATE INDEX ON portolan.incidents (ends_at);
    CREATE INDEX ON portolan.incidents (cluster, opened_at, id);
    CREATE INDEX ON portolan.incidents (cluster, target, ends_at);

    CREATE TABLE portolan.epochs (
      cluster text COLLATE "C" NOT NULL, id text COLLATE "C" NOT NULL, target text COLLATE "C" NOT NULL,
      started_at bigint NOT NULL, ended_at bigint, ends_at bigint NOT NULL, placement text NOT NULL, body text NOT NULL,
      PRIMARY KEY (cluster, id)
    );
    CREATE INDEX ON portolan.epochs (started_at, id);
    CREATE INDEX ON portolan.epochs (ends_at);
    CREATE INDEX ON portolan.epochs (target, started_at, id);
    CREATE INDEX ON portolan.epochs (cluster, started_at, id);
    CREATE INDEX ON portolan.epochs (cluster, ends_at);
    CREATE INDEX ON portolan.epochs (cluster, target, ends_at);

    CREATE TABLE portolan.notes (
      id text COLLATE "C" PRIMARY KEY, number bigint NOT NULL GENERATED ALWAYS AS IDENTITY, cluster text COLLATE "C",
      started_at bigint NOT NULL, ended_at bigint NOT NULL, body text NOT NULL
    );
    CREATE INDEX ON portolan.notes (started_at, id);
    CREATE INDEX ON portolan.notes (ended_at);
    CREATE INDEX ON portolan.notes (number);

    CREATE TABLE portolan.clusters (
      cluster text COLLATE "C" PRIMARY KEY, last_at bigint NOT NULL, body text NOT NULL DEFAULT '[]',
      settings text NOT NULL DEFAULT '{}', portless text NOT NULL DEFAULT '[]'
    );
    CREATE TABLE portolan.streams (
      cluster text COLLATE "C" NOT NULL, source text COLLATE "C" NOT NULL, boot text COLLATE "C" NOT NULL,
      sequence bigint NOT NULL, at bigint NOT NULL, PRIMARY KEY (cluster, source, boot)
    );
    CREATE SEQUENCE portolan.page_id;
    CREATE TABLE portolan.pages (id bigint NOT NULL, key text COLLATE "C" PRIMARY KEY, body text NOT NULL);
    CREATE TABLE portolan.writer (one integer PRIMARY KEY CHECK (one = 1), last_write text, body text);
    INSERT INTO portolan.writer (one) VALUES (1);`,

  '0002-hub': `
    CREATE TABLE portolan.hub (one integer PRIMARY KEY CHECK (one = 1), id uuid NOT NULL DEFAULT gen_random_uuid());
    INSERT INTO portolan.hub (one) VALUES (1);
    ALTER TABLE portolan.clusters ADD COLUMN labels text NOT NULL DEFAULT '{}';

    CREATE TABLE portolan.ports (
      cluster text COLLATE "C" NOT NULL REFERENCES portolan.clusters ON DELETE CASCADE,
      target text COLLATE "C" NOT NULL, state text COLLATE "C" NOT NULL, view text NOT NULL, body text NOT NULL,
      PRIMARY KEY (cluster, target)
    );
    CREATE INDEX ON portolan.ports (target);
    CREATE INDEX ON portolan.ports (cluster, state);

    CREATE TABLE portolan.rollups_minute (
      cluster text COLLATE "C" NOT NULL, target text COLLATE "C" NOT NULL, at bigint NOT NULL,
      attempts bigint NOT NULL, failed bigint NOT NULL, median_ms float8, PRIMARY KEY (cluster, target, at)
    ) PARTITION BY RANGE (at);
    CREATE TABLE portolan.rollups_hour (
      cluster text COLLATE "C" NOT NULL, target text COLLATE "C" NOT NULL, at bigint NOT NULL,
      attempts bigint NOT NULL, failed bigint NOT NULL, median_ms float8, PRIMARY KEY (cluster, target, at)
    ) PARTITION BY RANGE (at);
    CREATE TABLE portolan.bars (
      cluster text COLLATE "C" NOT NULL, at bigint NOT NULL, attempts bigint NOT NULL, failed bigint NOT NULL,
      PRIMARY KEY (at, cluster)
    ) PARTITION BY RANGE (at);`,

  '0003-risk': 'ALTER TABLE portolan.ports ADD COLUMN risk float8 NOT NULL DEFAULT 0',

  '0004-each-cluster': `
    CREATE INDEX ON portolan.incidents (cluster, ends_at);
    CREATE INDEX ON portolan.incidents (cluster, opened_at, id) WHERE closed_at IS NULL;`,
}

/** Later than any time; what lasts still ends then. */
export const NEVER = Number.MAX_SAFE_INTEGER
