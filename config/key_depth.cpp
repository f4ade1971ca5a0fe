#include "config/key_depth.hpp"

namespace understudy::config {

namespace {

/// Walks over a TOML text, skipping strings and comments whole. It need not be right about text
/// that is not TOML, only never skip what the parser would read as a key.
class Walk {
public:
    explicit Walk(std::string_view text) noexcept : text_(text) {}

    std::optional<Position> find() noexcept
    {
        while (next_ < text_.size()) {
            const char c = text_[next_];
            if (c == '#')
                skip_comment();
            else if (c == '"' || c == '\'')
                skip_string(c);
            else if (step(c) == '.' && ++dots_ > key_dots_max)
                return Position{line_, column_ - 1};
        }
        return std::nullopt;
    }

private:
    char step(char c) noexcept
    {
        ++next_;
        ++column_;
        if (c == '\n') {
            ++line_;
            column_ = 1;
            dots_ = 0;
        }
        return c;
    }

    void skip_comment() noexcept
    {
        while (next_ < text_.size() && text_[next_] != '\n')
            step(text_[next_]);
    }

    bool at_triple(char quote) const noexcept
    {
        return next_ + 2 < text_.size() && text_[next_] == quote && text_[next_ + 1] == quote &&
               text_[next_ + 2] == quote;
    }

    void skip_string(char quote) noexcept
    {
        const bool multiline = at_triple(quote);
        for (int opening = multiline ? 3 : 1; opening > 0; --opening)
            step(quote);
        while (next_ < text_.size()) {
            if (multiline ? at_triple(quote) : text_[next_] == quote || text_[next_] == '\n')
                break;
            if (quote == '"' && text_[next_] == '\\' && next_ + 1 < text_.size())
                step(text_[next_]);
            step(text_[next_]);
        }
        skip_closing(quote, multiline);
    }

    /// A multi-line string may end in up to two quotes of its own before the closing three.
    void skip_closing(char quote, bool multiline) noexcept
    {
        for (int left = multiline ? 5 : 1; left > 0; --left) {
            if (next_ < text_.size() && text_[next_] == quote)
                step(quote);
        }
    }

    std::string_view text_;
    std::size_t next_ = 0;
    int line_ = 1;
    int column_ = 1;
    int dots_ = 0;
};

}  // namespace

std::optional<Position> find_deep_key(std::string_view text) noexcept { return Walk(text).find(); }

}  // namespace understudy::config
