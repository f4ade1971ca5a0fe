#include "daemon/admin_commands.hpp"

#include "config/durations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <pwd.h>
#include <stdexcept>

namespace understudy {

namespace json = boost::json;
using core::run_event::Command;

namespace {

enum class Field : std::uint8_t { reason, plan, accept_loss, run, hold_for, active, plane };

struct FieldName {
    Field field;
    std::string_view key;
};
constexpr std::array field_names{
    FieldName{Field::reason, "reason"}, FieldName{Field::plan, "plan"},
    FieldName{Field::run, "run"},       FieldName{Field::accept_loss, "accept_loss"},
    FieldName{Field::active, "active"}, FieldName{Field::plane, "plane"},
    FieldName{Field::hold_for, "for"}};

struct Verb {
    std::string_view name;
    std::vector<Field> fields;
};

const std::vector<Verb>& verbs()
{
    static const std::vector<Verb> all{
        {"failover", {Field::plan, Field::reason, Field::accept_loss}},
        {"approve", {Field::run, Field::plan}},
        {"abort", {Field::run}},
        {"resume", {Field::run}},
        {"undo", {Field::run, Field::reason}},
        {"rearm", {Field::reason}},
        {"hold", {Field::hold_for, Field::reason}},
        {"release", {}},
        {"adopt", {Field::active, Field::reason}},
        {"waive", {Field::plane, Field::reason}},
        {"takeover", {Field::reason}}};
    return all;
}

const Verb* find_verb(std::string_view name)
{
    const auto found = std::ranges::find(verbs(), name, &Verb::name);
    return found == verbs().end() ? nullptr : &*found;
}

[[noreturn]] void refuse(std::string_view verb, std::string_view key, const std::string& why)
{
    throw std::runtime_error(fmt::format("{}: \"{}\" {}", verb, key, why));
}

std::string text_in(const AdminRequest& request, std::string_view key)
{
    const auto* value = request.arguments.if_contains(key);
    if (value == nullptr || !value->is_string())
        refuse(request.verb, key, "is required, as a text");
    return std::string(value->get_string());
}

/// C0, DEL and, in UTF-8, C1: what could forge a line of the log or move a terminal's cursor.
/// Invalid UTF-8 was refused with the JSON.
bool has_control_character(std::string_view words)
{
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto byte = static_cast<unsigned char>(words[i]);
        if (byte < 0x20 || byte == 0x7f)
            return true;
        if (byte == 0xc2 && i + 1 < words.size() && static_cast<unsigned char>(words[i + 1]) < 0xa0)
            return true;
    }
    return false;
}

std::size_t characters_in(std::string_view words)
{
    const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; };
    return static_cast<std::size_t>(std::ranges::count_if(words, begins));
}

/// What a human says for the history.
std::string words_in(const AdminRequest& request, std::string_view key)
{
    auto words = text_in(request, key);
    if (words.find_first_not_of(' ') == std::string::npos)
        refuse(request.verb, key, "is empty: say why, for those who read the history");
    if (has_control_character(words))
        refuse(request.verb, key, "holds characters that cannot be printed in one line");
    if (characters_in(words) > reason_characters_max)
        refuse(
            request.verb, key, fmt::format("is longer than {} characters", reason_characters_max));
    return words;
}

/// The one field that may be left out: only where something would be lost it has to be there.
std::string accept_loss_in(const AdminRequest& request)
{
    constexpr std::string_view key = "accept_loss";
    return request.arguments.contains(key) ? words_in(request, key) : std::string();
}

std::string plan_in(const AdminRequest& request)
{
    auto hash = text_in(request, "plan");
    const bool is_hex = hash.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (hash.size() != 16 || !is_hex)
        refuse(
            request.verb, "plan",
            "is not a plan's hash: 16 digits of 0-9 and a-f, as understudy plan prints");
    return hash;
}

std::uint64_t run_in(const AdminRequest& request)
{
    const auto* value = request.arguments.if_contains("run");
    boost::system::error_code error;
    if (value != nullptr && value->is_number()) {
        const auto number = value->to_number<std::uint64_t>(error);
        if (!error && number > 0)
            return number;
    }
    refuse(request.verb, "run", "must be the number of a run: understudy history lists them");
}

core::Duration duration_in(const AdminRequest& request)
{
    const auto words = text_in(request, "for");
    const auto duration = config::parse_duration(words);
    if (!duration)
        refuse(request.verb, "for", "must be a number with a unit, like 30m, 2h or 1d");
    if (*duration < std::chrono::seconds(1) || *duration > hold_max)
        refuse(
            request.verb, "for",
            fmt::format(
                "is {}: at least 1s and at most {}", config::format_duration(*duration),
                config::format_duration(hold_max)));
    return *duration;
}

std::string plane_in(
    const AdminRequest& request, std::string_view key, const std::vector<std::string>& planes)
{
    auto name = text_in(request, key);
    if (std::ranges::find(planes, name) == planes.end())
        refuse(
            request.verb, key,
            fmt::format("must be one of the planes {}", fmt::join(planes, ", ")));
    return name;
}

void refuse_other_fields(const Verb& verb, const AdminRequest& request)
{
    for (const auto& entry : request.arguments) {
        const std::string_view key(entry.key().data(), entry.key().size());
        const auto known = std::ranges::find(field_names, key, &FieldName::key);
        const bool is_taken =
            key == "verb" || (known != field_names.end() &&
                              std::ranges::find(verb.fields, known->field) != verb.fields.end());
        if (!is_taken)
            refuse(verb.name, key, "is not a field of this verb");
    }
}

void fill(
    Command& command,
    Field field,
    const AdminRequest& request,
    const std::vector<std::string>& planes)
{
    switch (field) {
    case Field::reason: command.reason = words_in(request, "reason"); return;
    case Field::plan: command.plan_hash = plan_in(request); return;
    case Field::accept_loss: command.accepted = accept_loss_in(request); return;
    case Field::run: command.run = run_in(request); return;
    case Field::hold_for: command.duration = duration_in(request); return;
    case Field::active: command.plane = plane_in(request, "active", planes); return;
    case Field::plane: command.plane = plane_in(request, "plane", planes); return;
    }
}

struct CloseFile {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

std::string name_in_passwd(unsigned uid)
{
    const std::unique_ptr<std::FILE, CloseFile> file(std::fopen("/etc/passwd", "re"));
    if (!file)
        return {};
    std::array<char, 4096> storage{};
    passwd entry{};
    passwd* found = nullptr;
    while (fgetpwent_r(file.get(), &entry, storage.data(), storage.size(), &found) == 0) {
        if (found->pw_uid == uid)
            return found->pw_name;
    }
    return {};
}

}  // namespace

bool is_command(std::string_view verb) { return find_verb(verb) != nullptr; }

Command command_of(
    const Principal& principal, const AdminRequest& request, const std::vector<std::string>& planes)
{
    const auto* verb = find_verb(request.verb);
    if (verb == nullptr)
        throw std::runtime_error("unknown verb \"" + request.verb + "\"");
    refuse_other_fields(*verb, request);
    Command command;
    command.verb = request.verb;
    command.by = text_of(principal);
    for (const auto field : verb->fields)
        fill(command, field, request, planes);
    return command;
}

std::string text_of(const Principal& principal)
{
    const auto name = name_in_passwd(principal.uid);
    if (name.empty())
        return fmt::format("uid {}", principal.uid);
    return fmt::format("user {} (uid {})", name, principal.uid);
}

}  // namespace understudy
