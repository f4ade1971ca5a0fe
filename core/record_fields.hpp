/// What records consist of, for both ways of core/fields.hpp. The structured bindings name every
/// member: a new one does not compile until it is described too.
#pragma once

#include "core/plan_fields.hpp"
#include "core/record.hpp"

namespace understudy::core {

template <class Fields>
void describe(Fields& fields, Is<Opened> auto& record)
{
    auto& [instance] = record;
    fields("instance", instance);
}

template <class Fields>
void describe(Fields& fields, Is<RunCreated> auto& record)
{
    auto& [epoch, plan, plan_hash, by, reason, evidence, needs_approval, suspected_at, failed_at, accepted, undoes] =
        record;
    fields("epoch", epoch)("by", by)("reason", reason)("evidence", evidence);
    fields("needs_approval", needs_approval)("suspected_at", suspected_at)("failed_at", failed_at);
    fields("accepted", accepted)("undoes", undoes)("plan_hash", plan_hash)("plan", plan);
}

template <class Fields>
void describe(Fields& fields, Is<TakenUp> auto& record)
{
    auto& [epoch, process] = record;
    fields("epoch", epoch)("process", process);
}

template <class Fields>
void describe(Fields& fields, Is<Approved> auto& record)
{
    auto& [epoch, by, reason] = record;
    fields("epoch", epoch)("by", by)("reason", reason);
}

template <class Fields>
void describe(Fields& fields, Is<RunChanged> auto& record)
{
    auto& [epoch, state, by, why] = record;
    fields("epoch", epoch)("state", state)("by", by)("why", why);
}

template <class Fields>
void describe(Fields& fields, Is<Intent> auto& record)
{
    auto& [id, attempt, boot_id, started_at, deadline, before] = record;
    fields("id", id)("attempt", attempt)("boot_id", boot_id)("started_at", started_at);
    fields("deadline", deadline)("before", before);
}

template <class Fields>
void describe(Fields& fields, Is<EffectEnded> auto& record)
{
    auto& [id, attempt, result, detail] = record;
    fields("id", id)("attempt", attempt)("result", result)("detail", detail);
}

template <class Fields>
void describe(Fields& fields, Is<OperationEnded> auto& record)
{
    auto& [id, state, detail] = record;
    fields("id", id)("state", state)("detail", detail);
}

template <class Fields>
void describe(Fields& fields, Is<StepBegan> auto& record)
{
    auto& [epoch, step, boot_id, at] = record;
    fields("epoch", epoch)("step", step)("boot_id", boot_id)("began_at", at);
}

template <class Fields>
void describe(Fields& fields, Is<StepEnded> auto& record)
{
    auto& [epoch, step] = record;
    fields("epoch", epoch)("step", step);
}

template <class Fields>
void describe(Fields& fields, Is<RolesSwapped> auto& record)
{
    auto& [epoch, active, by, reason] = record;
    fields("epoch", epoch)("active", active)("by", by)("reason", reason);
}

template <class Fields>
void describe(Fields& fields, Is<HoldSet> auto& record)
{
    auto& [until, by, reason] = record;
    fields("until", until)("by", by)("reason", reason);
}

template <class Fields>
void describe(Fields& fields, Is<HoldReleased> auto& record)
{
    auto& [by] = record;
    fields("by", by);
}

template <class Fields>
void describe(Fields& fields, Is<Armed> auto& record)
{
    auto& [by, reason] = record;
    fields("by", by)("reason", reason);
}

template <class Fields>
void describe(Fields& fields, Is<TookOver> auto& record)
{
    auto& [epoch, from, by, reason] = record;
    fields("epoch", epoch)("from", from)("by", by)("reason", reason);
}

template <class Fields>
void describe(Fields& fields, Is<ObligationOwed> auto& record)
{
    auto& [id, plane, operation, why] = record;
    fields("id", id)("plane", plane)("operation", operation)("why", why);
}

template <class Fields>
void describe(Fields& fields, Is<ObligationEnded> auto& record)
{
    auto& [id, how, by, reason] = record;
    fields("id", id)("how", how)("by", by)("reason", reason);
}

}  // namespace understudy::core
