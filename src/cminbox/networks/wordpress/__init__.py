"""WordPress: the comments below a site's posts, and the reviews of a WooCommerce shop's products."""

from __future__ import annotations

from cminbox.networks.wordpress.network import Wordpress

NETWORK = Wordpress
