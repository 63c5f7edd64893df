-- Who runs what, how far it has come, and what was seen of it.

-- One running process each. A replica that stops saying so is gone; only this server's clock judges that.
create table replicas (
    id uuid primary key,
    -- host:port of its Kafka Connect API, which is what that API calls a worker id.
    worker_id text not null,
    started_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null
);

-- One row a task, made with the connector and kept while it is stopped: the epoch must never go back.
create table task_leases (
    connector_id uuid not null references connectors (id) on delete cascade,
    task integer not null,
    -- Null when nobody runs the task.
    owner uuid,
    -- Counts the owners. A write under an older epoch changes nothing.
    epoch bigint not null default 0,
    acquired_at timestamptz,
    expires_at timestamptz not null default '-infinity',
    -- Grows with every accepted restart of this task.
    restart_requests bigint not null default 0,
    restart_requested_at timestamptz,
    primary key (connector_id, task)
);

create index task_leases_owner_idx on task_leases (owner);

create table task_positions (
    connector_id uuid not null,
    task integer not null,
    epoch bigint not null,
    position json not null,
    committed_at timestamptz not null default clock_timestamp(),
    primary key (connector_id, task),
    foreign key (connector_id, task) references task_leases (connector_id, task) on delete cascade
);

-- What the owner last observed. For people: nothing that decides about delivery may read it.
create table task_status (
    connector_id uuid not null,
    task integer not null,
    state text not null,
    -- Of the connector when this attempt began: tells requested from observed.
    generation bigint not null,
    -- Of the lease when this attempt began, likewise.
    restart_requests bigint not null,
    epoch bigint not null,
    worker_id text not null,
    -- Attempts since the task was last healthy; 1 is the first.
    attempt integer not null default 1,
    next_retry_at timestamptz,
    error_code text,
    error_message text,
    error_trace text,
    failed_at timestamptz,
    started_at timestamptz not null default clock_timestamp(),
    observed_at timestamptz not null default clock_timestamp(),
    -- Totals over the connector's life.
    records_polled bigint not null default 0,
    records_written bigint not null default 0,
    bytes_written bigint not null default 0,
    records_skipped bigint not null default 0,
    restarts bigint not null default 0,
    -- Gauges; the times are milliseconds since 1970, null when there is none yet.
    records_per_second double precision not null default 0,
    bytes_per_second double precision not null default 0,
    in_flight bigint not null default 0,
    last_event_time_ms bigint,
    committed_token_time_ms bigint,
    read_token_time_ms bigint,
    oplog_window_s bigint,
    primary key (connector_id, task),
    foreign key (connector_id, task) references task_leases (connector_id, task) on delete cascade,
    constraint task_status_state_check check (
        state in ('starting', 'copying', 'streaming', 'draining', 'retrying', 'failed', 'ended')
    )
);

create table copy_progress (
    connector_id uuid not null,
    task integer not null,
    -- Names as MongoDB spells them.
    database_name text not null,
    collection_name text not null,
    copied_documents bigint not null,
    estimated_documents bigint,
    is_done boolean not null,
    documents_per_second double precision not null default 0,
    started_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    primary key (connector_id, task, database_name, collection_name),
    foreign key (connector_id, task) references task_leases (connector_id, task) on delete cascade
);

-- Topics a connector has written to since the list was last reset.
create table connector_topics (
    connector_id uuid not null references connectors (id) on delete cascade,
    topic text not null,
    first_seen_at timestamptz not null default clock_timestamp(),
    primary key (connector_id, topic)
);

-- What happened, as a kind and its parameters, so that every language can say it. Outlives the connector.
create table connector_events (
    id bigint generated always as identity primary key,
    connector_id uuid not null,
    connector_name text not null,
    kind text not null,
    parameters jsonb not null default '{}',
    actor text not null,
    happened_at timestamptz not null default clock_timestamp()
);

create index connector_events_connector_id_idx on connector_events (connector_id, id desc);
create index connector_events_happened_at_idx on connector_events (happened_at);
