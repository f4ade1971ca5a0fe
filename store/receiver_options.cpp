#include "store/receiver_options.hpp"

namespace understudy::store {

core::Duration repeat_interval_of(const ReceiverOptions& receiver) noexcept
{
    if (receiver.repeat_interval)
        return *receiver.repeat_interval;
    if (receiver.kind == ReceiverKind::alertmanager)
        return std::chrono::seconds(60);
    return std::chrono::hours(4);
}

}  // namespace understudy::store
