/// Owners for what ldns hands out; for net/*.cpp.
#pragma once

#include <ldns/ldns.h>

#include <cstdlib>
#include <memory>

namespace understudy::net {

template <auto Free>
struct LdnsDeleter {
    template <class T>
    void operator()(T* object) const noexcept
    {
        Free(object);
    }
};
using Packet = std::unique_ptr<ldns_pkt, LdnsDeleter<ldns_pkt_free>>;
using Record = std::unique_ptr<ldns_rr, LdnsDeleter<ldns_rr_free>>;
using Records = std::unique_ptr<ldns_rr_list, LdnsDeleter<ldns_rr_list_deep_free>>;
using Name = std::unique_ptr<ldns_rdf, LdnsDeleter<ldns_rdf_deep_free>>;
using Text = std::unique_ptr<char, LdnsDeleter<std::free>>;
using Bytes = std::unique_ptr<std::uint8_t, LdnsDeleter<std::free>>;

}  // namespace understudy::net
