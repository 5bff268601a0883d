"""On what kind of file system a workspace lies: on some of them databases break."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.domain.text import safe

if TYPE_CHECKING:
    from cminbox.domain.saying import Saying

_NETWORK_FILE_SYSTEMS = frozenset(
    {
        "9p",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "davfs",
        "fuse.ceph",
        "fuse.davfs2",
        "fuse.glusterfs",
        "fuse.gvfsd-fuse",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.sshfs",
        "glusterfs",
        "gpfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "orangefs",
        "smb3",
        "smbfs",
        "vboxsf",
        "virtiofs",
    }
)
_MOUNTS = Path("/proc/self/mounts")


def on_a_network(folder: Path, mounts: Path = _MOUNTS) -> Saying | None:
    """Return that `folder` lies where several programs cannot share a database, None where all is well."""
    kind = file_system(folder, mounts)
    if kind not in _NETWORK_FILE_SYSTEMS:
        return None
    return say(
        "{folder} lies on a network file system ({kind}), where databases break; move it to a local disk",
        folder=safe(str(folder)),
        kind=safe(kind),
    )


def file_system(folder: Path, mounts: Path = _MOUNTS) -> str:
    """Return the kind of file system that holds `folder`, empty where the system does not tell."""
    try:
        lines = mounts.read_text(errors="replace").splitlines()
    except OSError:
        return ""
    best, kind = "", ""
    target = os.path.realpath(folder)
    for line in lines:
        fields = line.split()
        if len(fields) < 3:  # noqa: PLR2004 - device, place, kind
            continue
        place = fields[1].replace("\\040", " ")
        inside = target == place or target.startswith(place.rstrip("/") + "/")
        if inside and len(place) >= len(best):
            best, kind = place, fields[2]
    return kind
