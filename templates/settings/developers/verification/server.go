// Go 1.19 or newer, without packages.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"strings"
	"time"
)

const verifyURL = "{{ server.url }}/v1/verify"

// Whose keys you accept.
const organization = "{{ server.organization_id }}"

var client = &http.Client{Timeout: 2 * time.Second}

type question struct {
	Token        string `json:"token"`
	Organization string `json:"organization"`
	Permission   string `json:"permission,omitempty"`
}

type answer struct {
	Valid bool   `json:"valid"`
	Code  string `json:"code"`
	Key   struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"key"`
}

// verify gives what Latchkey says of the token. On an error nobody can tell: then nobody may pass.
func verify(ctx context.Context, asked question) (answer, error) {
	var said answer
	body, err := json.Marshal(asked)
	if err != nil {
		return said, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, verifyURL, bytes.NewReader(body))
	if err != nil {
		return said, err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return said, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return said, fmt.Errorf("Latchkey answered %s", response.Status)
	}
	err = json.NewDecoder(response.Body).Decode(&said)
	return said, err
}

func presented(headers http.Header) string {
	if token := headers.Get("X-API-Key"); token != "" {
		return token
	}
	scheme, token, _ := strings.Cut(headers.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

func handle(w http.ResponseWriter, r *http.Request) {
	said := answer{Code: "NOT_FOUND"}
	if token := presented(r.Header); token != "" {
		var err error
		if said, err = verify(r.Context(), question{Token: token, Organization: organization}); err != nil {
			log.Print(err)
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
	}
	if !said.Valid {
		w.Header().Set("WWW-Authenticate", "Bearer")
		if said.Code == "INSUFFICIENT_PERMISSIONS" {
			w.WriteHeader(http.StatusForbidden)
		} else {
			w.WriteHeader(http.StatusUnauthorized)
		}
		return
	}
	fmt.Fprintf(w, "Hello, %s!\n", said.Key.Name)
}

func main() {
	log.Fatal(http.ListenAndServe("127.0.0.1:3000", http.HandlerFunc(handle)))
}
