/// What is wrong with a configuration file, and where.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::config {

/// A place in the file; both count from 1.
struct Position {
    int line = 1;
    int column = 1;

    auto operator<=>(const Position&) const = default;
};

struct Problem {
    std::string file;
    int line = 1;
    int column = 1;
    std::string message;

    bool operator==(const Problem&) const = default;
};

/// `file:line:column: message`, as compilers print it and editors understand it.
std::string format(const Problem& problem);

/// Text of the file as it may be shown in a message: quoted, bounded, without control characters.
std::string shown(std::string_view text);

/// Collects every problem of one file, so that the operator repairs it once.
class Report {
public:
    explicit Report(std::string file) : file_(std::move(file)) {}

    void add(Position at, std::string message);
    /// Notes that the loader understands this key (`plane.postgres.host`).
    void accept(std::string key) { accepted_keys_.insert(std::move(key)); }

    bool empty() const noexcept { return problems_.empty(); }
    /// In the order of the file. A hostile file can hold more problems than anybody reads: the list
    /// ends with a count.
    std::vector<Problem> problems() const;
    const std::set<std::string>& accepted_keys() const noexcept { return accepted_keys_; }

private:
    std::string file_;
    std::vector<Problem> problems_;
    std::size_t left_out_ = 0;
    std::set<std::string> accepted_keys_;
};

}  // namespace understudy::config
