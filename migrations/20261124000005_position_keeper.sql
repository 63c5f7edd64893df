-- Who keeps a task's position: this row itself ('postgres'), or the offsets topic of its Kafka ('kafka'), of which the row is then
-- a copy for people that may be some seconds behind. A task must know which, so that a topic that was lost is not taken for one
-- that was never written.

alter table task_positions
    add column keeper text not null default 'postgres',
    add constraint task_positions_keeper_check check (keeper in ('postgres', 'kafka'));
