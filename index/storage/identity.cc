#include "index/storage/identity.h"

#include <sys/random.h>

#include <cerrno>
#include <cstdlib>

namespace muster::index {

Identity NewIdentity() {
  Identity identity = 0;
  while (identity == 0) {
    const ssize_t bytes = getrandom(&identity, sizeof(identity), 0);
    if (bytes == static_cast<ssize_t>(sizeof(identity))) continue;
    if (bytes < 0 && errno != EINTR) std::abort();
    identity = 0;
  }
  return identity;
}

}  // namespace muster::index
