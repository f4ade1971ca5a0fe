/// What plans consist of, for both ways of core/fields.hpp. The structured bindings name every
/// member: a new one does not compile until it is described, and so hashed, too.
#pragma once

#include "core/fields.hpp"
#include "core/plan.hpp"

namespace understudy::core {

template <class Fields>
void describe(Fields& fields, Is<Operation> auto& operation)
{
    auto& [kind, target, object, parameters, command, stable_for] = operation;
    fields("kind", kind)("target", target)("object", object)("parameters", parameters);
    fields("command", command)("stable_for", stable_for);
}

template <class Fields>
void describe(Fields& fields, Is<Step> auto& step)
{
    auto& [name, title, operations, concurrency, first_alone, delay, deadline, expected, on_failure, point_of_no_return] =
        step;
    fields("name", name)("title", title)("concurrency", concurrency)("first_alone", first_alone);
    fields("delay", delay)("deadline", deadline)("expected", expected)("on_failure", on_failure);
    fields("point_of_no_return", point_of_no_return)("operations", operations);
}

template <class Fields>
void describe(Fields& fields, Is<Waiver> auto& waiver)
{
    auto& [by, why, when] = waiver;
    fields("by", by)("why", why)("when", when);
}

template <class Fields>
void describe(Fields& fields, Is<Loss> auto& loss)
{
    auto& [gates, bytes, data_until, keys] = loss;
    fields("gates", gates)("bytes", bytes)("data_until", data_until)("keys", keys);
}

template <class Fields>
void describe(Fields& fields, Is<Plan> auto& plan)
{
    auto& [kind, variant, old_plane, new_plane, generation, when_unfenceable, dark_for, waiver, loss, steps] =
        plan;
    fields("kind", kind)("variant", variant)("old_plane", old_plane)("new_plane", new_plane);
    fields("generation", generation)("when_unfenceable", when_unfenceable)("dark_for", dark_for);
    fields("waiver", waiver)("loss", loss)("steps", steps);
}

}  // namespace understudy::core
