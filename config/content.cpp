#include "config/content.hpp"

#include "config/ready_made.hpp"

#include <utility>

namespace understudy::config {

std::optional<ContentDefinition> read_content(Section& root, core::ActingSettings& settings)
{
    auto section = root.table("content");
    if (!section)
        return std::nullopt;
    ContentDefinition content;
    section->require(
        "query", "write the statement whose row is the organization, the number of clusters and "
                 "the version of the schema, each null where it is not told");
    section->read_block("query", content.query);
    section->read("database", content.database);
    section->read("required", settings.content_required);
    auto missing = static_cast<int>(settings.clusters_missing_max);
    section->read("clusters_missing_max", missing, Range<int>{0, 1000});
    settings.clusters_missing_max = static_cast<std::uint32_t>(missing);
    section->reject_unknown();
    return content;
}

ProbeDefinition content_probe(
    const std::string& plane,
    probes::PostgresProbe::Options instance,
    const ContentDefinition& content,
    const Pace& pace)
{
    instance.database = content.database;
    instance.expect = probes::PostgresProbe::Expect::any;
    instance.query = content.query;
    instance.tells_content = true;
    return define(
        plane, "content", core::Purpose::information, unhurried(pace), std::move(instance));
}

}  // namespace understudy::config
