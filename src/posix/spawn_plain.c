/*
 * Making the child on systems that know no better way than a fork.
 */
#include "spawning.h"

sprog_err
sprog__clone_child(sprog__spawn *spawn)
{
    return sprog__fork_child(spawn);
}
