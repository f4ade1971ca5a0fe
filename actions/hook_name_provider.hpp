/// Changes the floating name through a program of the operator's: for zones that take no updates.
#pragma once

#include "actions/name_provider.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <string>
#include <utility>
#include <vector>

namespace understudy::actions {

/// The program is told in its environment: `UNDERSTUDY_NAME`, `UNDERSTUDY_NAME_FROM` and
/// `UNDERSTUDY_NAME_TO` (the CNAME's owner, its value and the one that it shall have),
/// `UNDERSTUDY_NAME_TTL` (seconds), `UNDERSTUDY_TOKEN_RECORD` and `UNDERSTUDY_TOKEN` (a TXT record
/// that it may write beside it, so that others see whose change was the last) and
/// `UNDERSTUDY_OPERATION`. Exit codes, deadline and output are as of any hook (program.hpp). Its
/// word is not the result: the authoritative servers are asked.
class HookNameProvider final : public NameProvider {
public:
    HookNameProvider(boost::asio::any_io_executor executor, std::vector<std::string> argv)
        : executor_(std::move(executor)), argv_(std::move(argv))
    {}
    boost::asio::awaitable<Effect> change(NameChange change) override;

private:
    boost::asio::any_io_executor executor_;
    std::vector<std::string> argv_;
};

}  // namespace understudy::actions
