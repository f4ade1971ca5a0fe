/// A network that nobody else is on.
#pragma once

namespace understudy::kubernetes {

/// An address of ours where an API server looks for pods: it refuses to proxy to loopback.
inline constexpr auto pod_address = "192.0.2.10";

/// Puts this process, and what it starts from now on, into a network namespace of its own, which
/// has loopback and `pod_address` and no way out. Fixed ports are free there. Call it before there
/// is a thread; throws when we are not root.
void enter_own_network();

}  // namespace understudy::kubernetes
