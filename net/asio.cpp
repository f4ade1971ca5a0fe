// The one translation unit that compiles what Asio, its TLS part and Beast keep out of their
// headers.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
