// The TOML library once more, with the fuzzer's counters: Debian's has none, so nothing would lead
// the fuzzer through it.
#define TOML_HEADER_ONLY 0
#define TOML_IMPLEMENTATION
#include <toml++/toml.h>
