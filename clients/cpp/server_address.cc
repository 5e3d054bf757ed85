#include "clients/cpp/server_address.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace muster::client {
namespace {

constexpr char kExample[] = "127.0.0.1:7070";
constexpr absl::string_view kUnix = "unix:";
constexpr size_t kSocketPathBytesMax = 107;  // what Linux has room for

// `http://host:7070/v1` or `dns:///host:7070` reduced to the server's address.
std::string WithoutWeb(const std::string& address) {
  const size_t scheme = address.find("://");
  if (scheme == std::string::npos) return address.substr(0, address.find('/'));
  const size_t begin = std::min(address.find_first_not_of('/', scheme + 1), address.size());
  return address.substr(begin, address.find('/', begin) - begin);
}

bool IsHost(absl::string_view host) {
  if (absl::StartsWith(host, "[")) return host.size() > 2 && host.back() == ']';
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x80 || absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
           c == '.' || c == '-' || c == '_';
  });
}

bool IsPort(absl::string_view port) {
  uint32_t number = 0;
  const bool digits = std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits && absl::SimpleAtoi(port, &number) && number >= 1 && number <= 65535;
}

std::string WhyNoSocket(absl::string_view path) {
  if (path.empty() || path.back() == '/')
    return " names no file: write unix:PATH, such as unix:/run/muster.sock";
  if (path.size() <= kSocketPathBytesMax) return "";
  return absl::StrCat(" has a path of ", path.size(), " bytes, and a socket's path has at most ",
                      kSocketPathBytesMax, ": have the server listen on a shorter one");
}

// What is wrong with it and how to mend it; empty if it is valid.
std::string WhyNoAddress(const std::string& address) {
  if (absl::StartsWith(address, kUnix)) return WhyNoSocket(absl::string_view(address).substr(kUnix.size()));
  if (absl::StrContains(address, '/')) {
    const bool is_web = absl::StartsWith(address, "http://") || absl::StartsWith(address, "https://");
    const std::string plain = WithoutWeb(address);
    return absl::StrCat(is_web ? " is a web address" : " is more than an address",
                        ": write HOST:PORT alone, such as ", WhyNoAddress(plain).empty() ? plain : kExample);
  }
  const size_t colon = address.rfind(':');
  const bool bracketed = absl::StartsWith(address, "[");
  const bool ends_with_bracket = bracketed && address.back() == ']';
  if (!bracketed && std::count(address.begin(), address.end(), ':') > 1)
    return " has several colons: write an address of IPv6 in brackets, such as [::1]:7070";
  if (colon == std::string::npos || ends_with_bracket)
    return absl::StrCat(" has no port: write HOST:PORT, such as ", kExample);
  if (!IsPort(absl::string_view(address).substr(colon + 1)))
    return absl::StrCat(" has a port that is no number from 1 to 65535: write HOST:PORT, such as ", kExample);
  if (!IsHost(absl::string_view(address).substr(0, colon)))
    return absl::StrCat(" names no host: write HOST:PORT, such as ", kExample);
  return "";
}

}  // namespace

absl::Status CheckServerAddress(const std::string& address) {
  const std::string why = WhyNoAddress(address);
  if (why.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("the server's address '", address, "'", why));
}

std::string TargetOf(const std::string& address) {
  if (!absl::StartsWith(address, kUnix)) return address;
  // gRPC reads it as a URI.
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string target(kUnix);
  for (const char c : absl::string_view(address).substr(kUnix.size())) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) || absl::StrContains("/-._~", c)) {
      target.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      target.append({'%', kDigits[byte >> 4], kDigits[byte & 0xf]});
    }
  }
  return target;
}

}  // namespace muster::client
