-- What a person asked for: connectors, their configurations, and the secrets of those configurations.

create table connectors (
    id uuid primary key,
    name text not null,
    -- Java class name as submitted, so that it can be echoed and exported unchanged.
    class text not null,
    desired_state text not null,
    -- The configuration in force; its row is in connector_versions.
    version integer not null,
    -- Grows with every change that a worker has to notice; a task runs under the generation it was started with.
    generation bigint not null default 1,
    -- Grows when the list of written topics is emptied: a worker then forgets what it has told already.
    topic_resets bigint not null default 0,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    constraint connectors_name_key unique (name),
    constraint connectors_desired_state_check check (desired_state in ('running', 'paused', 'stopped'))
);

create table connector_versions (
    connector_id uuid not null references connectors (id) on delete cascade,
    version integer not null,
    -- An array of entries in the order of submission. `json` and not `jsonb`: the text, its order included, is kept.
    -- A PASSWORD-typed entry carries no value; it is sealed in connector_secrets under the same version.
    entries json not null,
    author text not null,
    created_at timestamptz not null default clock_timestamp(),
    primary key (connector_id, version)
);

alter table connectors
    add constraint connectors_version_fkey foreign key (id, version)
        references connector_versions (connector_id, version)
        deferrable initially deferred;

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'rows of % are never changed', tg_table_name using errcode = 'integrity_constraint_violation';
end
$$;

-- A configuration that once ran stays readable as it was: history, comparison and going back depend on it.
create trigger connector_versions_are_immutable
    before update on connector_versions
    for each row execute function refuse_change();

create table connector_secrets (
    connector_id uuid not null,
    version integer not null,
    -- Property name, e.g. connection.uri. Table, row and field are bound into the seal: a moved row does not open.
    field text not null,
    key_id text not null,
    nonce bytea not null,
    ciphertext bytea not null,
    primary key (connector_id, version, field),
    foreign key (connector_id, version) references connector_versions (connector_id, version) on delete cascade,
    constraint connector_secrets_nonce_check check (octet_length(nonce) = 24)
);

-- A wizard half-way through. Its body may hold a connection string, so all of it is sealed.
create table wizard_drafts (
    id uuid primary key,
    owner text not null,
    key_id text not null,
    nonce bytea not null,
    ciphertext bytea not null,
    updated_at timestamptz not null default clock_timestamp(),
    constraint wizard_drafts_nonce_check check (octet_length(nonce) = 24)
);

create index wizard_drafts_updated_at_idx on wizard_drafts (updated_at);
