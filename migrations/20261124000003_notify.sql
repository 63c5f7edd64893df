-- Wakes supervisors and open pages. A notification may be lost: whoever listens also polls.

create function notify_connector() returns trigger language plpgsql as $$
begin
    perform pg_notify('naru_connectors', coalesce(new.id, old.id)::text);
    return null;
end
$$;

create trigger connectors_notify
    after insert or update or delete on connectors
    for each row execute function notify_connector();

create function notify_task() returns trigger language plpgsql as $$
begin
    perform pg_notify('naru_connectors', new.connector_id::text);
    return null;
end
$$;

-- A lease that was let go, or a restart that was asked for. Renewals every few seconds must not wake anybody.
create trigger task_leases_notify
    after update on task_leases
    for each row
    when (new.owner is distinct from old.owner or new.restart_requests <> old.restart_requests)
    execute function notify_task();

create trigger task_status_notify
    after update on task_status
    for each row
    when (new.state <> old.state or new.attempt <> old.attempt)
    execute function notify_task();

create function notify_event() returns trigger language plpgsql as $$
begin
    perform pg_notify('naru_events', new.connector_id::text);
    return null;
end
$$;

create trigger connector_events_notify
    after insert on connector_events
    for each row execute function notify_event();
