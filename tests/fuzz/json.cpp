// JSON of API servers and of TSB, `POINTER\nDOCUMENT`: every look into it says the same, and lists
// can be told apart again.
#include "actions/label_selector.hpp"
#include "net/cluster_list.hpp"
#include "net/json_fields.hpp"
#include "net/kubernetes_objects.hpp"
#include "probes/json_check.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>

#include "target.hpp"

namespace understudy::fuzz {

namespace {

namespace json = boost::json;

void require_looks(const json::value& document, std::string_view pointer)
{
    const auto* found = net::at(document, pointer);
    require(
        net::int_at(document, pointer).has_value() == (found != nullptr && found->is_int64()),
        "a number is told when there is one");
    require(
        net::bool_at(document, pointer).has_value() == (found != nullptr && found->is_bool()),
        "a truth is told when there is one");
    require(
        net::string_at(document, pointer).empty() || found->is_string(),
        "a text is told when there is one");
    require(
        net::array_at(document, pointer).empty() || found->is_array(),
        "a list is told when there is one");
}

/// What the probe looks for is found in what it was taken from.
void require_check(std::string_view text, const json::value& document, std::string_view pointer)
{
    const auto* found = net::at(document, pointer);
    if (found == nullptr || pointer.empty())
        return;
    const probes::JsonCheck present({{std::string(pointer), ""}});
    require(present.problem_in(text).empty(), "what is there is not said to be missing");
}

void require_views(const json::value& document)
{
    core::Facts facts;
    net::add_facts(facts, net::view_deployment(document));
    net::add_kubegres_facts(facts, document);
    net::add_management_plane_facts(facts, document);
    net::add_cron_job_facts(facts, "tsb-restore", document);
    require(
        net::count_ready(document) >= net::count_ready_primaries(document), "primaries are pods");
    require(is_printable(net::key_id_of(document)), "a key's name is fit to be shown");
}

void require_list(std::string_view text, const json::value& document)
{
    const auto names = net::cluster_names_text(text);
    if (!names)
        return;
    auto expected = net::cluster_names_in(document);
    std::ranges::sort(expected);
    std::string_view rest = *names;
    for (const auto& name : expected)
        require(take_until(rest, ' ') == name, "names can be told apart again");
    require(rest.empty(), "no name was added");
}

}  // namespace

void try_input(std::string_view input)
{
    const auto pointer = take_until(input, '\n');
    boost::system::error_code error;
    const auto document = json::parse({input.data(), input.size()}, error);
    if (error) {
        require(!net::cluster_names_text(input), "what is no JSON has no names");
        return;
    }
    require_looks(document, pointer);
    require_check(input, document, pointer);
    require_views(document);
    require_list(input, document);
    const auto selector = actions::label_selector_text(document);
    require(selector.size() <= 2 * input.size(), "a selector is not longer than what it says");
}

}  // namespace understudy::fuzz
