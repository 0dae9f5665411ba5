"""The document: photo, trimap, backdrop, settings and results, and every change a person makes to them."""
