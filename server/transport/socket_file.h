// A socket in the file system, for clients of the same machine.
#ifndef MUSTER_SERVER_TRANSPORT_SOCKET_FILE_H_
#define MUSTER_SERVER_TRANSPORT_SOCKET_FILE_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace muster::server {

// The longest path of a socket: Linux has room for 108 bytes with the final zero.
inline constexpr size_t kSocketPathBytesMax = 107;

// PATH, if `address` has the form unix:PATH.
std::optional<std::string> SocketPathOf(const std::string& address);

// The place of one listening socket, and the claim on it, a locked file PATH.lock beside it. So two servers
// never replace each other's socket, and one that a killed server left is replaced. Both files are removed with
// this object. Movable. Not thread-safe.
class SocketFile {
 public:
  SocketFile() = default;
  SocketFile(SocketFile&& other) noexcept;
  SocketFile& operator=(SocketFile&& other) noexcept;
  ~SocketFile();

  // Claims `path`, removes a socket that nobody listens on, and binds a new one, which `bound` becomes. Its mode
  // is 0666 without the process's umask; connecting takes the right to write. The caller owns `bound`. Errors:
  // UNAVAILABLE, why and what helps, to be prefixed with the address.
  static absl::StatusOr<SocketFile> Bind(const std::string& path, int& bound);

 private:
  SocketFile(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}
  // Whether the place is free, having removed what a killed server left.
  absl::Status MakeRoom() const;

  std::string path_;
  int lock_ = -1;  // the file's descriptor
  bool bound_ = false;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_TRANSPORT_SOCKET_FILE_H_
