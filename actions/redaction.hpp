/// What programs say may hold what nobody else may read.
#pragma once

#include <string>
#include <string_view>

namespace understudy::actions {

/// The words of a line, with `(secret)` in place of those that look like one: what follows a word
/// that tells (`password`, `token`, `secret`, `key`, `credential`, `authorization`, `Bearer`,
/// `Basic`), after `=` or `:` or as the next word, and JSON web tokens wherever they stand. A
/// bound, and no proof: a program must not print its secrets.
std::string redacted(std::string_view line);

}  // namespace understudy::actions
