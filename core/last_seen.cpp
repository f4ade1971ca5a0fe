#include "core/last_seen.hpp"

#include "core/utc_text.hpp"

#include <algorithm>
#include <array>

namespace understudy::core {

namespace {

constexpr std::string_view names_fact = "clusters/names";
constexpr std::string_view content_prefix = "content/";
const std::string healthy = "healthy/";

std::vector<std::string> words_of(std::string_view text)
{
    std::vector<std::string> words;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        if (end > 0)
            words.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

class Recall {
public:
    Recall(const Knowledge& knowledge, std::string_view plane)
        : knowledge_(knowledge), plane_(plane)
    {}

    std::optional<std::string> text(std::string_view fact)
    {
        const auto* seen = knowledge_.find(plane_, healthy + std::string(fact));
        const auto* value = seen == nullptr ? nullptr : std::get_if<std::string>(&seen->value);
        if (value == nullptr)
            return std::nullopt;
        at_ = std::min(at_.value_or(seen->wall), seen->wall);
        return *value;
    }
    std::optional<WallTime> at() const { return at_; }

private:
    const Knowledge& knowledge_;
    std::string_view plane_;
    std::optional<WallTime> at_;
};

std::string or_never(const std::string& text) { return text.empty() ? "never told" : text; }

}  // namespace

void add_seen_healthy(Facts& facts)
{
    Facts added;
    for (const auto& [name, value] : facts) {
        if (name == names_fact || name.starts_with(content_prefix))
            added.emplace(healthy + name, value);
    }
    facts.merge(added);
}

LastSeen last_seen_of(const Knowledge& knowledge, std::string_view plane)
{
    Recall recall(knowledge, plane);
    LastSeen seen;
    seen.organization = recall.text("content/organization").value_or("");
    seen.clusters = recall.text("content/clusters").value_or("");
    seen.schema_version = recall.text("content/schema_version").value_or("");
    if (const auto names = recall.text(names_fact))
        seen.cluster_names = words_of(*names);
    seen.at = recall.at();
    return seen;
}

std::string in_words(const LastSeen& seen)
{
    if (!seen.at)
        return "what it held while it was healthy was never seen";
    const auto listed = seen.cluster_names
                            ? std::to_string(seen.cluster_names->size()) + " clusters"
                            : std::string("clusters never");
    return "last seen healthy at " + utc_text(*seen.at) + ": its API listed " + listed +
           "; its database: organization " + or_never(seen.organization) + ", clusters " +
           or_never(seen.clusters) + ", schema version " + or_never(seen.schema_version);
}

}  // namespace understudy::core
